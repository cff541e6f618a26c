import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the examples and the tests, from the committed SDL. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['examples/*.graphql', 'test/documents/*.graphql'],
  importExtension: '.ts',
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          Decimal: 'string',
          SafeInt: 'number',
          CurrencyCode: 'string',
          URL: 'string',
          JSON: 'unknown',
        },
      },
    },
  },
};

export default config;
