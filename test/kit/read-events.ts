export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; undefined once the stream has ended. Comments are left out. */
  next(): Promise<StreamEvent | undefined>;
  /** The client goes away. */
  leave(): void;
}

/** An event stream, read from a `fetch`. */
export async function readEvents(url: string, init: RequestInit = {}): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(url, {
    ...init,
    signal: gone.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: 'Bearer sandbox-owner',
      ...(init.method === 'POST' && { 'content-type': 'application/json' }),
      ...(init.headers as Record<string, string> | undefined),
    },
  });
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    headers: response.headers,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const lines = text.slice(0, end).split('\n');
          text = text.slice(end + 2);
          const event = lines.find((line) => line.startsWith('event: '))?.slice('event: '.length);
          if (event === undefined) continue;
          const data = lines
            .find((line) => line.startsWith('data:'))
            ?.slice('data:'.length)
            .trim();
          return { event, data: data ? JSON.parse(data) : undefined };
        }
        const chunk = await chunks?.read();
        if (chunk?.value === undefined) return undefined;
        text += chunk.value;
      }
    },
    leave: () => gone.abort(),
  };
}
