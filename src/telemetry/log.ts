import { type Logger, pino } from 'pino';

export type Log = Logger;

/** One JSON object a line, on standard error: standard output is for what a person who started it should read. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
