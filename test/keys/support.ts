import { defaultProvider } from '../../src/default/index.ts';
import type { Provider } from '../../src/provider/index.ts';

/** The provider that tests of keys use: on Node it has every primitive, RSA included. */
export const provider: Provider = defaultProvider();
