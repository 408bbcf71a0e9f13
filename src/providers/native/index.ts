/** Leaf: the provider over `node:crypto`. Loads in a browser too, where it offers nothing. */
export { createNativeProvider } from './provider.ts';
