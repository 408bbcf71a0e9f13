/** Leaf: the provider in plain JavaScript, for every runtime. */
export { createNobleProvider, type NobleProviderOptions } from './provider.ts';
