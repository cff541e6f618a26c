import { withMorePlaces } from '../../domain/decimal.ts';
import { decimal } from '../wire.ts';

/** Make counts hundredths of a credit: `1850` is 18.5 credits. */
export const creditsFromHundredths = decimal.transform((hundredths) => withMorePlaces(hundredths, 2));
