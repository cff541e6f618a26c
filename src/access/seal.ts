import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';

/** Closes a text so that only who has the key reads it, and only under the name that it was closed for. */
export interface Seal {
  close(name: string, text: string): Promise<string>;
  /** Throws where the key is another, the name is another, or a single bit has changed. */
  open(name: string, sealed: string): Promise<string>;
}

const shortestPassphrase = 20;
const ivBytes = 12;
const tagBytes = 16;
const saltBytes = 16;
/** 64 MB and some 100 ms for each guess at a passphrase. */
const guessing = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 };

/** 32 bytes in base64, or a passphrase that is not guessed at once. */
export function isLongEnough(secretKey: string): boolean {
  return keyIn(secretKey) !== null || secretKey.length >= shortestPassphrase;
}

/** AES-256-GCM. A passphrase becomes a key by scrypt, with a salt of its own in each sealed text. */
export function createSeal(secretKey: string): Seal {
  const key = keyIn(secretKey);
  const derived = new LRUCache<string, Promise<Buffer>>({ max: 1000 });

  async function keyFor(salt: Buffer): Promise<Buffer> {
    if (key !== null) return key;
    const name = salt.toString('base64url');
    const made = derived.get(name) ?? derive(secretKey, salt);
    derived.set(name, made);
    return made;
  }

  return {
    async close(name, text) {
      const salt = randomBytes(saltBytes);
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', await keyFor(salt), iv).setAAD(Buffer.from(name));
      const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([salt, iv, cipher.getAuthTag(), closed]).toString('base64url');
    },
    async open(name, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const salt = bytes.subarray(0, saltBytes);
      const iv = bytes.subarray(saltBytes, saltBytes + ivBytes);
      const tag = bytes.subarray(saltBytes + ivBytes, saltBytes + ivBytes + tagBytes);
      const closed = bytes.subarray(saltBytes + ivBytes + tagBytes);
      const decipher = createDecipheriv('aes-256-gcm', await keyFor(salt), iv, { authTagLength: tagBytes })
        .setAAD(Buffer.from(name))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(closed), decipher.final()]).toString('utf8');
    },
  };
}

function keyIn(secretKey: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(secretKey)) return null;
  const bytes = Buffer.from(secretKey, 'base64');
  return bytes.length === 32 ? bytes : null;
}

const scryptOf = promisify<string, Buffer, number, typeof guessing, Buffer>(scrypt);

function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  return scryptOf(passphrase.normalize('NFKC'), salt, 32, guessing);
}
