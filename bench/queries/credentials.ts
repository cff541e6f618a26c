/** Where the peers find the sandbox, and what they show it. */
export const makeUrl = `${process.env['SANDBOX_MAKE']}/api/v2/`;
export const platformUrl = `${process.env['SANDBOX_PLATFORM']}/billing/`;
export const platformToken = 'Bearer sandbox-platform-key';

export function makeToken(organization: string): string {
  return `Token 00000000-0000-4000-8000-${organization.padStart(12, '0')}`;
}
