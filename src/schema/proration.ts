import { prorations } from '../domain/make-order.ts';
import { describedEnum } from './described-enum.ts';

export const Proration = describedEnum(
  'Proration',
  'How a change in the middle of a period is billed.',
  prorations,
  {
    CREATE_PRORATIONS: 'The rest of the period is billed at the new price, less what was paid for it.',
    NONE: 'The rest of the period is not billed anew: the new price holds from the next one on.',
  },
);
