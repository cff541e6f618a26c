import type { BillingProfile } from '../../domain/billing-profile.ts';
import type { InvoiceWish, MakeInvoice } from '../../domain/invoice.ts';
import type {
  Cancellation,
  CancellationOrder,
  CouponApplication,
  FreePlan,
  PlanOrder,
  PurchaseOrder,
  SinglePayment,
  SubscriptionCreation,
  SubscriptionOrder,
  SubscriptionUpdate,
} from '../../domain/make-order.ts';
import type { MakePrice } from '../../domain/make-price.ts';
import type { OrganizationProfile } from '../../domain/organization.ts';
import type { MakePayment, PaymentOrder } from '../../domain/payment.ts';
import type {
  NewPaymentMethod,
  PaymentMethod,
  PaymentMethodOption,
  PaymentMethodUpdate,
} from '../../domain/payment-method.ts';
import type { PlanChange, PlanSubscription } from '../../domain/plan-subscription.ts';
import type { MakeSubscription } from '../../domain/subscription.ts';
import type { Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Read, ReadWhereOffered, Rows, Slice } from '../read.ts';
import { speakDocumented } from './documented.ts';
import { speakLive } from './live.ts';
import { readOrganization } from './organization.ts';

/** Rows of a list that can be ordered. */
export interface OrderedSlice extends Slice {
  readonly order?: PaymentOrder;
}

/** Fails with NOT_SUPPORTED_BY_UPSTREAM where the dialect lacks it, or a part of the order, which is then named. */
type Change<Value, Arguments extends readonly unknown[] = []> = Read<Value, Arguments>;

/** Make's billing of organizations, the same in both of its dialects. */
export interface MakeBilling {
  readonly organization: Read<OrganizationProfile>;
  /** Fails with NOT_FOUND where there is none. */
  readonly subscription: Read<MakeSubscription>;
  /** The same by its plan and what that offers. Documented dialect. */
  readonly plan: ReadWhereOffered<PlanSubscription>;
  /** Documented dialect. */
  readonly billing: ReadWhereOffered<BillingProfile>;
  /** Newest first, unless ordered otherwise. The offset is a multiple of the limit. */
  readonly payments: Read<Rows<MakePayment>, [OrderedSlice]>;
  /** Newest first. The wish narrows the list where the upstream can: what comes may be more than was wished. */
  readonly invoices: Read<Rows<MakeInvoice>, [InvoiceWish, Slice]>;
  /** Documented dialect; in the live one it is among `invoices`. */
  readonly invoice: ReadWhereOffered<MakeInvoice, [invoiceId: string]>;
  /** Its PDF. Documented dialect; in the live one its `downloadUrl` opens without a credential. */
  readonly invoiceFile: ReadWhereOffered<Uint8Array, [invoiceId: string]>;
  readonly paymentMethods: Read<Rows<PaymentMethod>>;
  /** Live dialect. */
  readonly paymentMethodOptions: ReadWhereOffered<Rows<PaymentMethodOption>>;
  /** What can be bought: in the live dialect in the organization's currency, else in all. */
  readonly prices: Read<Rows<MakePrice>>;
  readonly price: Read<MakePrice, [priceId: string]>;

  /** In the live dialect a person completes it on a page of Make's. */
  readonly createSubscription: Change<SubscriptionCreation, [SubscriptionOrder]>;
  /** Null: it was accepted, and what came of it is to be read. */
  readonly updateSubscription: Change<MakeSubscription | null, [SubscriptionUpdate]>;
  readonly cancelSubscription: Change<Cancellation, [CancellationOrder]>;
  readonly setFreePlan: Change<FreePlan, [isConfirmed: boolean | undefined]>;
  readonly applyCoupon: Change<CouponApplication, [couponCode: string]>;
  readonly upgradePlan: Change<PlanChange, [PlanOrder]>;
  readonly downgradePlan: Change<PlanChange, [PlanOrder]>;
  /** `cancelSubscription`, answered with the plan. */
  readonly cancelPlan: Change<PlanChange, [CancellationOrder]>;
  readonly createSinglePayment: Change<SinglePayment, [PurchaseOrder]>;
  readonly addPaymentMethod: Change<PaymentMethod, [NewPaymentMethod]>;
  /** Null: it was accepted, and what came of it is to be read. */
  readonly updatePaymentMethod: Change<PaymentMethod | null, [paymentMethodId: string, PaymentMethodUpdate]>;
  readonly removePaymentMethod: Change<null, [paymentMethodId: string]>;
}

interface Settings {
  readonly dialect: 'documented' | 'live';
  /** What is sold, for the dialect that does not tell it. */
  readonly prices: readonly MakePrice[];
}

/** `learnLimit` hears how many requests a minute Make allows an organization, whenever it is read. */
export function createMakeBilling(
  upstream: Upstream,
  { dialect, prices }: Settings,
  learnLimit: (organization: Registration, requestsPerMinute: number) => void,
): MakeBilling {
  return {
    ...(dialect === 'live' ? speakLive(upstream) : speakDocumented(upstream, prices)),
    async organization(organization, errand) {
      const answer = await readOrganization(upstream, organization, errand);
      const { requestsPerMinute } = answer.value;
      if (requestsPerMinute !== null) learnLimit(organization, requestsPerMinute);
      return answer;
    },
  };
}
