import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

// Many subscribers in a process of their own. Tells when each of them has what was published, and when the last got it.

const [, , url = '', socketCount = '0', documentCount = '1'] = process.argv;
const sockets = Number(socketCount);
const documents = Number(documentCount);
const atOnce = 100;

let received = 0;
const texts: string[] = [];

function documentOf(place: number): string {
  return `subscription { event${place}: paymentRecorded(organizationId: "1001") {
    __typename id cursor type occurredAt detectedAt source
    ... on PaymentEvent { payment { status amount { minorUnits currency formatted } ... on MakePayment { description } } changes { field before after } }
  } }`;
}

async function open(place: number): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init","payload":{"authorization":"Bearer sandbox-owner"}}');
  await once(socket, 'message');
  const kind = place % documents;
  socket.on('message', (data: Buffer) => {
    if (place < documents) {
      const text = data.toString();
      if (!text.includes('"type":"next"') || text.includes('"errors"')) throw new Error(text);
      texts[kind] = text;
    }
    received += 1;
    if (received === sockets) process.send?.(String(process.hrtime.bigint()));
  });
  const payload = { query: documentOf(kind) };
  // as graphql-ws's own client does
  socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload }));
}

process.on('message', (question) => {
  switch (question) {
    case 'arm':
      received = 0;
      return void process.send?.('armed');
    case 'texts':
      return void process.send?.(texts);
  }
});
process.on('disconnect', () => process.exit());
for (let place = 0; place < sockets; place += atOnce) {
  const batch = Array.from({ length: Math.min(atOnce, sockets - place) }, (_, index) => open(place + index));
  await Promise.all(batch);
}
process.send?.('open');
