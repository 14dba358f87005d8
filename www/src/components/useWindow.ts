// Which rows of a long table are to be in the document: those in sight and a few beside them.
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'

const kBeside = 10

export interface Span {
  first: number
  /** One past the last. */
  end: number
}

export function spanOf(scrolled: number, height: number, row: number, count: number): Span {
  const end = Math.min(count, Math.ceil((scrolled + height) / row) + kBeside)
  return { first: Math.max(0, Math.min(Math.floor(scrolled / row) - kBeside, end)), end: Math.max(end, 0) }
}

export function useWindow(viewport: Ref<HTMLElement | null>, count: Ref<number>, row: number) {
  const scrolled = ref(0)
  const height = ref(720)
  const look = () => {
    if (!viewport.value) return
    scrolled.value = viewport.value.scrollTop
    height.value = viewport.value.clientHeight
  }
  const resized = new ResizeObserver(look)
  watch(viewport, (element, before) => {
    before?.removeEventListener('scroll', look)
    resized.disconnect()
    element?.addEventListener('scroll', look, { passive: true })
    if (element) resized.observe(element)
    look()
  })
  onScopeDispose(() => resized.disconnect())

  const span = computed(() => spanOf(scrolled.value, height.value, row, count.value))

  /** Brings a row into sight, below a heading of `head` pixels. */
  function reveal(index: number, head: number): void {
    const element = viewport.value
    if (!element) return
    const top = index * row
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + row + head > element.scrollTop + element.clientHeight) element.scrollTop = top + row + head - element.clientHeight
    look()
  }
  return { span, reveal }
}
