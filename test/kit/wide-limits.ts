import { readConfig } from '../../src/config.ts';

/** Room for documents that nobody would write by hand. */
export const wideLimits = {
  ...readConfig({}).limits,
  documentBytes: 1_000_000,
  documentTokens: 1_000_000,
  documentDepth: 90,
  documentSelections: 100_000,
  aliases: 100_000,
};
