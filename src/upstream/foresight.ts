/** Hears what an operation would ask, while it is only being looked at and nothing may be sent. */
export interface Foresight {
  /** A request that it would send: calls of one key would share it. `isStill` tells whether nobody has sent it since. */
  needs(bucket: string, key: string, isStill: () => boolean): void;
  /** One that it might: somebody else has it under way, or a stale answer would be renewed. */
  mayNeed(bucket: string, key: string): void;
}

/** Thrown in place of an answer that only a request could give. Only who looks ahead catches it: nothing that reads in earnest. */
export class Unforeseen extends Error {
  readonly bucket: string;
  /** Names the request. Readers that begin with the same one go on with the same ones. */
  readonly key: string;
  /** How many more requests to the bucket the reader might go on to send, once it knew the answer. */
  readonly more: number;

  constructor(bucket: string, key: string, more = 0) {
    super('Only a request would tell.');
    this.name = 'Unforeseen';
    this.bucket = bucket;
    this.key = key;
    this.more = more;
  }
}

/** Reads what may take several requests, of which the first are known: `atMost` is how many it could be in all. */
export async function askingAtMost<Value>(atMost: number, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Unforeseen) || atMost <= 1) throw error;
    throw new Unforeseen(error.bucket, error.key, error.more + atMost - 1);
  }
}
