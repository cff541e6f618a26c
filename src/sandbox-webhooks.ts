const patienceMs = 2000;

/** Has the sandbox send its webhooks here too; those of others stay. */
export async function registerWebhook(sandboxUrl: string, gatewayUrl: string): Promise<void> {
  const endpoint = new URL('/__sandbox/webhooks', sandboxUrl);
  const own = new URL('/webhooks/billing', gatewayUrl).href;
  try {
    const known: unknown = await (await fetch(endpoint, { signal: AbortSignal.timeout(patienceMs) })).json();
    const listed: unknown = typeof known === 'object' && known !== null ? Reflect.get(known, 'urls') : [];
    const urls = Array.isArray(listed) ? listed.filter((url) => url !== own) : [];
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ urls: [...urls, own] }),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
  } catch {
    // polls find what webhooks would have told
  }
}
