import { describedEnum } from './described-enum.ts';

export const SortDirection = describedEnum(
  'SortDirection',
  'Which end of an order comes first.',
  ['ASC', 'DESC'],
  {
    ASC: 'The smallest or the oldest.',
    DESC: 'The largest or the newest.',
  },
);
