import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/schema/index.ts';

/** Writes the graph's SDL to the file that is committed. */
const path = new URL('../schema.graphql', import.meta.url);
writeFileSync(path, `${printSchema(lexicographicSortSchema(schema))}\n`);
