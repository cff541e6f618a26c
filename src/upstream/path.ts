import { Failure } from '../domain/failure.ts';
import type { Call, QueryValue } from './call.ts';

const longestSegment = 200;

/** The path and query of a call. Every parameter is one encoded segment: no value can reach another path. */
export function pathOf({
  endpoint,
  params,
  query,
}: Pick<Call<unknown>, 'params' | 'query'> & { readonly endpoint: { readonly path: string } }): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, params?.[name]));
  const search = query ? searchOf(query) : '';
  return search === '' ? path : `${path}?${search}`;
}

function segmentOf(name: string, value: string | number | undefined): string {
  const text = String(value ?? '');
  // What is refused beside the dot segments is what a proxy might decode once more and read as a path.
  const isPlain = text !== '' && text.length <= longestSegment && text !== '.' && text !== '..';
  if (!isPlain || !text.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}/\\%]/u.test(text)) {
    throw new Failure('BAD_USER_INPUT', `${name} is not a usable id.`, {
      faults: [
        {
          path: [name],
          message: `Takes 1 to ${longestSegment} characters, none of them a control character, "/", "\\" or "%".`,
        },
      ],
    });
  }
  return encodeURIComponent(text);
}

function searchOf(query: Readonly<Record<string, QueryValue>>): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = typeof value === 'object' ? value : [value];
    for (const each of values) {
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(each).toWellFormed())}`);
    }
  }
  return pairs.join('&');
}
