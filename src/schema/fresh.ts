import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLNonNull } from 'graphql';

export const freshDirective = new GraphQLDirective({
  name: 'fresh',
  description:
    'Asks for data that is not older, for the field and everything below it. What is kept and young enough is shown; the rest is read anew.',
  locations: [DirectiveLocation.FIELD],
  args: {
    maxAge: {
      type: new GraphQLNonNull(GraphQLInt),
      description: 'Seconds, from 0. With 0 nothing is shown that was asked for before this operation began.',
    },
  },
});
