import { Failure } from '../domain/failure.ts';
import { type MakeSubscription, tellsOfNoSubscription } from '../domain/subscription.ts';
import type { Doing } from './actions.ts';

/**
 * Tells those who follow events what a change made of a subscription, and `more` that Make does not show. What cannot
 * be read now, a poll finds later.
 */
export async function noteSubscription(
  { sources, errand, organization, note }: Doing,
  id: number,
  more: Partial<MakeSubscription> = {},
): Promise<void> {
  const read = await readAgain();
  if (read !== undefined) await note({ section: 'subscription', value: read && { ...read, ...more } });

  async function readAgain(): Promise<MakeSubscription | null | undefined> {
    try {
      return (await sources.makeBilling.subscription(organization(id), errand)).value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return tellsOfNoSubscription(error) ? null : undefined;
    }
  }
}
