import { type Call, type Endpoint, Refusal, type Reply } from '../kernel/endpoint.ts';
import { idOf, isFields, optionalEnum } from '../kernel/fields.ts';
import { dayMs } from '../kernel/time.ts';
import { recordAudit } from '../make-admin/audit-log.ts';
import { paymentIdOf } from './charging.ts';
import { completeCheckout, payOnPage } from './hosted-payments.ts';
import { decimalOf } from './money.ts';
import { requireNoSubscription } from './orders.ts';
import { accountOf, type Checkout, type Invoice } from './state.ts';

/** How long a checkout can be completed, in world time. */
export const checkoutMs = dayMs;

/** Pages for a person who pays. They need no credential: whoever has the link may pay. */
export const hostedPages: readonly Endpoint[] = [
  { method: 'GET', template: '/checkout/{sessionId}', isOpen: true, handle: showCheckout },
  { method: 'POST', template: '/checkout/{sessionId}/complete', isOpen: true, handle: completeCheckoutAt },
  { method: 'GET', template: '/pay/{paymentId}', isOpen: true, handle: showPayment },
  { method: 'POST', template: '/pay/{paymentId}/complete', isOpen: true, handle: completePayment },
];

function showCheckout(call: Call): Reply {
  const { id, price } = openCheckoutAt(call);
  const amount = `${price.currency} ${decimalOf(price.amount, price.currency)}`;
  return page(200, `Make ${price.product.name}`, [
    `<p>${escaped(amount)} every ${price.interval}, plus tax where it is due.</p>`,
    form(`/checkout/${id}/complete`),
  ]);
}

function completeCheckoutAt(call: Call): Reply {
  const checkout = openCheckoutAt(call);
  const organization = call.world.organizations.get(checkout.organizationId);
  if (organization === undefined) throw unknownPage();
  requireNoSubscription(accountOf(call.world, organization));
  if (isDeclined(call)) return declinedPage(`/checkout/${checkout.id}/complete`);
  completeCheckout(call.world, organization, checkout);
  recordAudit(call.world, {
    organizationId: organization.id,
    eventName: 'organization_settings_changed',
    metadata: { change: 'subscription_created', plan: organization.plan, priceId: checkout.price.id },
  });
  return page(200, 'Thank you', [
    `<p>The subscription to ${escaped(checkout.price.product.name)} is active.</p>`,
  ]);
}

function showPayment(call: Call): Reply {
  const invoice = payableInvoice(call);
  const amount = `${invoice.currency} ${decimalOf(invoice.total, invoice.currency)}`;
  const lines = invoice.lines.map(
    ({ quantity, description }) => `<li>${quantity} × ${escaped(description)}</li>`,
  );
  return page(200, `Invoice ${invoice.number}`, [
    `<ul>${lines.join('')}</ul>`,
    `<p>To pay: ${escaped(amount)}</p>`,
    form(`/pay/${paymentIdOf(invoice)}/complete`),
  ]);
}

function completePayment(call: Call): Reply {
  const invoice = payableInvoice(call);
  const declines = isDeclined(call);
  payOnPage(call.world, invoice, declines);
  if (declines) return declinedPage(`/pay/${paymentIdOf(invoice)}/complete`);
  return page(200, 'Thank you', [`<p>Invoice ${escaped(invoice.number)} is paid.</p>`]);
}

function openCheckoutAt({ world, path }: Call): Checkout {
  const checkout = world.makeBilling.checkouts.get(idOf(path['sessionId']));
  if (checkout === undefined) throw unknownPage();
  if (checkout.completedAt !== null) throw finished('The checkout was completed already');
  if (checkout.expiresAt <= world.timeline.now()) throw expired('The checkout has expired');
  return checkout;
}

function payableInvoice({ world, path }: Call): Invoice {
  const id = (path['paymentId'] ?? '').replace(/^pay_/, 'in_');
  const invoice = world.makeBilling.invoices.get(id);
  if (invoice === undefined || invoice.status === 'draft') throw unknownPage();
  if (invoice.status === 'paid') throw finished('The invoice was paid already');
  if (invoice.payment?.status === 'processing') throw finished('The payment is on its way');
  if (invoice.status !== 'open') throw expired('The invoice is not to be paid any more');
  return invoice;
}

function isDeclined({ body }: Call): boolean {
  return isFields(body) && optionalEnum(body, 'outcome', ['pay', 'decline']) === 'decline';
}

const unknownPage = (): Refusal => new Refusal(404, 'not_found', 'There is no such page');
const finished = (message: string): Refusal => new Refusal(409, 'already_completed', message);
const expired = (message: string): Refusal => new Refusal(410, 'expired', message);

function declinedPage(action: string): Reply {
  return page(402, 'The card was declined', ['<p>Nothing was charged. You can try again.</p>', form(action)]);
}

function form(action: string): string {
  return [
    `<form method="post" action="${action}">`,
    '<button name="outcome" value="pay">Pay with a test card</button> ',
    '<button name="outcome" value="decline">Have the card declined</button>',
    '</form>',
  ].join('');
}

function page(status: number, title: string, content: readonly string[]): Reply {
  const heading = escaped(title);
  const data = [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${heading}</title></head>`,
    `<body><h1>${heading}</h1>${content.join('\n')}</body></html>`,
  ].join('\n');
  return { status, content: { type: 'text/html; charset=utf-8', data } };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
