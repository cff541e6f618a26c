import type { Limits } from '../../limit-settings.ts';
import { refuseAbove } from './refuse-above.ts';

/** The variables of an operation, as JSON gave them. */
export function checkVariables(variables: unknown, limits: Limits): void {
  if (variables === undefined || variables === null) return;
  checkParts(variables, 0, limits);
  refuseAbove(limits, 'variableBytes', Buffer.byteLength(JSON.stringify(variables)));
}

function checkParts(value: unknown, depth: number, limits: Limits): void {
  if (typeof value !== 'object' || value === null) return;
  // the object of all variables is no value itself
  refuseAbove(limits, 'valueDepth', depth);
  const parts = Object.values(value);
  refuseAbove(limits, 'listItems', parts.length);
  for (const part of parts) checkParts(part, depth + 1, limits);
}

/** No setting lets anything nest so far: counting stops. */
const deepestCounted = 200;

/** How far JSON nests, and how long its longest list or object is; told without parsing it. */
export function extentOf(json: string): { depth: number; items: number } {
  const commas: number[] = [];
  const extent = { depth: 0, items: 0 };
  let level = 0;
  let isInText = false;
  for (let place = 0; place < json.length; place += 1) {
    const code = json.charCodeAt(place);
    if (isInText) {
      if (code === backslash) place += 1;
      else if (code === quote) isInText = false;
      continue;
    }
    switch (code) {
      case quote:
        isInText = true;
        break;
      case openBrace:
      case openBracket:
        level += 1;
        commas[level] = 0;
        extent.depth = Math.max(extent.depth, level);
        if (level === deepestCounted) return extent;
        break;
      case closeBrace:
      case closeBracket:
        level -= 1;
        break;
      case comma: {
        const here = (commas[level] ?? 0) + 1;
        commas[level] = here;
        extent.items = Math.max(extent.items, here + 1);
        break;
      }
      default:
    }
  }
  return extent;
}

const [quote, comma, backslash] = [34, 44, 92];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];
