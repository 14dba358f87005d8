/** An address within the console; anything else that a link may carry is not followed. */
export function within(address: unknown): string {
  return typeof address === 'string' && /^\/(?![/\\])/.test(address) ? address : '/'
}
