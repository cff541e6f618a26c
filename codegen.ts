import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the examples and the tests, and the examples as trusted documents, from the committed SDL. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  generates: {
    'examples/trusted-documents.json': {
      documents: 'examples/*.graphql',
      plugins: ['./scripts/codegen-manifest.ts'],
    },
    'test/generated/': {
      documents: ['examples/*.graphql', 'test/documents/*.graphql'],
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
          CardNumber: 'string',
          CardCvc: 'string',
        },
      },
    },
  },
};

export default config;
