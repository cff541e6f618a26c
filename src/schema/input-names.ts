import { Failure } from '../domain/failure.ts';

/** Our path in an input for each of an upstream's that is not simply the same words in camel case. */
export type InputNames = Readonly<Record<string, readonly string[]>>;

/** What an upstream finds wrong with its own fields is told at the fields of the input that they were made of. */
export async function atInputNames<Value>(
  names: InputNames,
  change: Promise<Value>,
  within: readonly string[] = [],
): Promise<Value> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { faults } = error.details;
    if (faults === undefined) throw error;
    const renamed = faults.map((fault) => ({
      ...fault,
      path: [...within, ...inputPath(fault.path, names)],
    }));
    throw new Failure(error.code, error.message, { ...error.details, faults: renamed }, { cause: error });
  }
}

/** `tax_info.tax_id` → `tax`, `taxId` by `{ tax_info: ['tax'] }`. The longest name that fits the beginning counts. */
function inputPath(path: readonly string[], names: InputNames): string[] {
  for (let length = path.length; length > 0; length -= 1) {
    const known = names[path.slice(0, length).join('.')];
    if (known !== undefined) return [...known, ...path.slice(length).map(camelCase)];
  }
  return path.map(camelCase);
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
