import { builder } from './builder.ts';

/** An enum whose every value says what it means; leaving one out is a type error. */
export function describedEnum<const Value extends string>(
  name: string,
  description: string,
  values: readonly Value[],
  meanings: Readonly<Record<Value, string>>,
) {
  return builder.enumType(name, { description, values: valuesOf(values, meanings) });
}

function valuesOf<Value extends string>(values: readonly Value[], meanings: Readonly<Record<Value, string>>) {
  const entry = (value: Value): { description: string; value: Value } => ({
    description: meanings[value],
    value,
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets which names it was given
  return Object.fromEntries(values.map((value) => [value, entry(value)])) as Record<
    Value,
    ReturnType<typeof entry>
  >;
}
