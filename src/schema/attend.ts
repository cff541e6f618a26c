import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import type { Context } from '../context.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** Lets an operation's attendant stand by at every field that does more than show what its parent holds. */
export function attend(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const isShown = field.extensions['pothosExposedField'] !== undefined;
      if (field.resolve && !isShown) field.resolve = attended(field.resolve);
    }
  }
  return schema;
}

function attended(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    const { attendant } = context;
    if (attendant === null) return resolve(parent, args, context, info);
    const hear = (error: unknown): never => {
      attendant.failed(error, info, 'field');
      throw error;
    };
    const hearOfItem = (error: unknown): never => {
      attendant.failed(error, info, 'item');
      throw error;
    };
    try {
      const result: unknown = resolve(parent, args, attendant.contextAt(info), info);
      if (Array.isArray(result)) return result.map((item: unknown) => heard(item, hearOfItem));
      return heard(result, hear);
    } catch (error) {
      return hear(error);
    }
  };
}

const heard = (result: unknown, hear: (error: unknown) => never): unknown =>
  result instanceof Promise ? result.catch(hear) : result;
