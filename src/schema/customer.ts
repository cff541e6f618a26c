import { builder } from './builder.ts';

/** A customer of the platform, known by its id alone; what is told of it is read where it is asked for. */
export interface CustomerNode {
  readonly id: string;
  /** Make's number of the organization that it is linked to; null for one that is for operators alone. */
  readonly organization: number | null;
}

export const Customer = builder.objectRef<CustomerNode>('Customer');
