import { Failure } from '../domain/failure.ts';
import type { Doing } from './actions.ts';

/** Tells those who follow events what became of an incomplete execution. What cannot be read now, a poll finds later. */
export async function noteExecution(
  { sources, errand, organization: registered, note }: Doing,
  { organization, id }: { readonly organization: number; readonly id: string },
): Promise<void> {
  try {
    const { value } = await sources.makeAdmin.incompleteExecution(registered(organization), id, errand);
    await note({ section: 'incomplete-executions', values: [value] });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
