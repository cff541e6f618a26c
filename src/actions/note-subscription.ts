import { Failure } from '../domain/failure.ts';
import { type MakeSubscription, tellsOfNoSubscription } from '../domain/subscription.ts';
import type { Doing } from './actions.ts';

/** Tells those who follow events what a change made of a subscription. What cannot be read now, a poll finds later. */
export async function noteSubscription(
  { sources, errand, organization, note }: Doing,
  id: number,
): Promise<void> {
  const value = await readAgain();
  if (value !== undefined) await note({ section: 'subscription', value });

  async function readAgain(): Promise<MakeSubscription | null | undefined> {
    try {
      return (await sources.makeBilling.subscription(organization(id), errand)).value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return tellsOfNoSubscription(error) ? null : undefined;
    }
  }
}
