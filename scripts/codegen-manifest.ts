import { createHash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';

/** A plugin for graphql-codegen: the manifest of trusted documents, as TRUSTED_DOCUMENTS_MANIFEST takes it. */
export function plugin(_schema: unknown, files: readonly { readonly document?: DocumentNode }[]): string {
  const texts = files.flatMap(({ document }) => (document === undefined ? [] : [print(document)]));
  const manifest = texts.map((text) => [`sha256:${createHash('sha256').update(text).digest('hex')}`, text]);
  return `${JSON.stringify(Object.fromEntries(manifest), null, 2)}\n`;
}
