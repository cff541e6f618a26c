import type { Address as DomainAddress } from '../domain/address.ts';
import { builder } from './builder.ts';

export const Address = builder.objectRef<DomainAddress>('Address').implement({
  description: 'A postal address. What the upstream does not tell is null.',
  fields: (t) => ({
    line1: t.exposeString('line1', { nullable: true, description: 'Street and number.' }),
    line2: t.exposeString('line2', { nullable: true, description: 'Floor, suite, care of.' }),
    city: t.exposeString('city', { nullable: true, description: 'City or town.' }),
    state: t.exposeString('state', { nullable: true, description: 'State, province or region.' }),
    postalCode: t.exposeString('postalCode', { nullable: true, description: 'Postal or ZIP code.' }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'Two letters of ISO 3166-1: `DE`.',
    }),
  }),
});

export const AddressInput = builder.inputType('AddressInput', {
  description: 'A postal address; one that was there before is replaced as a whole.',
  fields: (t) => ({
    line1: t.string({ required: true, description: 'Street and number.' }),
    line2: t.string({ description: 'Floor, suite, care of.' }),
    city: t.string({ required: true, description: 'City or town.' }),
    state: t.string({ description: 'State, province or region.' }),
    postalCode: t.string({ required: true, description: 'Postal or ZIP code.' }),
    country: t.string({ required: true, description: 'Two letters of ISO 3166-1: `DE`.' }),
  }),
});
