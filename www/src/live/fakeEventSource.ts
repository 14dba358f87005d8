// For tests: an EventSource whose events the test sends.
export class FakeEventSource {
  static readonly CLOSED = 2
  static all: FakeEventSource[] = []
  static get last(): FakeEventSource {
    return this.all[this.all.length - 1]!
  }

  readyState = 1
  private readonly listeners = new Map<string, (event: { data: string }) => void>()

  constructor(readonly url: string) {
    FakeEventSource.all.push(this)
  }
  addEventListener(name: string, listener: (event: { data: string }) => void) {
    this.listeners.set(name, listener)
  }
  close() {
    this.readyState = FakeEventSource.CLOSED
  }
  say(name: string, data: unknown = '') {
    if (this.readyState !== FakeEventSource.CLOSED || name === 'error') this.listeners.get(name)?.({ data: data === '' ? '' : JSON.stringify(data) })
  }
}
