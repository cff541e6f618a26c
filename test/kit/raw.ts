/** JSON as an upstream prints it. */
export type Json = ReturnType<typeof JSON.parse>;

/** What the sandbox itself answers as Make, in the dialect of the listener at the origin. */
export async function rawMake(origin: string, path: string): Promise<Json> {
  const response = await fetch(`${origin}/api/v2${path}`, {
    headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}
