import type { Operation } from './client'

/** Why a request was not done: the daemon's own words, or what the page knows when none came. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly incident = '',
    readonly details?: unknown,
  ) {
    super(message)
  }

  static from(status: number, body: unknown): Problem {
    if (typeof body === 'object' && body !== null && 'message' in body) {
      const { code, message, incident, details } = body as Record<string, unknown>
      return new Problem(status, String(code ?? `http_${status}`), String(message), String(incident ?? ''), details)
    }
    return new Problem(status, `http_${status}`, '')
  }

  static withoutAnswer(error: unknown): Problem {
    if (error instanceof Problem) return error
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
    return new Problem(0, timedOut ? 'timeout' : 'no_answer', '')
  }

  /** The operation that a refusal stands on, where the answer carries one. */
  get operation(): Operation | undefined {
    const details = this.details as Partial<Operation> | undefined
    return details && Array.isArray(details.services) ? (details as Operation) : undefined
  }

  /** The cluster or the daemon may be well again soon: what was shown last may stay. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}
