// Who is signed in, and how long the server still believes that somebody sits here.
import { computed, ref, shallowRef } from 'vue'
import { answer, api, BACKGROUND, onReply, type CurrentUser } from '@/api/client'
import { Problem } from '@/api/problem'
import { presence } from './presence'

const kAskEvery = 30_000
const kActiveEvery = 60_000
const kCountdownFrom = 60
const kBusyTries = 6
const kBusyPause = 1_000

/** Who is signed in. */
export type User = Omit<CurrentUser, 'session' | 'token'>

/** Another object only if something of it changed: whoever watches it does not act on each answer of the server. */
export const user = shallowRef<User>()
/** Set when the server ended the session: where to return to after signing in again. */
export const ended = ref(false)

let idleSeconds = 0
const deadline = ref(0)
/** When the server last heard of somebody sitting here. */
let heard = Date.now()
const now = ref(Date.now())
export const idleLeft = computed(() => (user.value ? Math.max(0, Math.round((deadline.value - now.value) / 1000)) : Infinity))
export const idling = computed(() => idleLeft.value <= kCountdownFrom)

function took(current: CurrentUser): void {
  const { username, must_change, permissions, session } = current
  const found: User = { username, must_change, permissions }
  if (JSON.stringify(found) !== JSON.stringify(user.value)) user.value = found
  ended.value = false
  idleSeconds = session.idle_seconds
  now.value = Date.now()
  deadline.value = now.value + session.idle_left_seconds * 1000
}

/** Asks the server. By itself the page asks in the background, which keeps nothing alive. */
export async function ask(background: boolean): Promise<User | undefined> {
  try {
    took(await answer(api.GET('/api/current-user', background ? { headers: BACKGROUND } : {})))
  } catch (error) {
    // 401 was heard by the listener below; anything else says nothing about the session.
    if (!(error instanceof Problem) || error.status !== 401) throw error
  }
  return user.value
}

export async function signIn(username: string, password: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await answer(api.POST('/api/login', { body: { username, password } }))
      break
    } catch (error) {
      // Many passwords are being checked, perhaps guesses. The daemon keeps the turn of an address that asks again.
      if (!(error instanceof Problem) || error.code !== 'sign_in_busy' || tries === kBusyTries) throw error
      await new Promise((done) => setTimeout(done, kBusyPause))
    }
  }
  await ask(false)
}

/** Changes one's own password; the other sessions of the account end. */
export async function changePassword(current: string, wanted: string): Promise<void> {
  await answer(api.POST('/api/current-user/password', { body: { current_password: current, new_password: wanted } }))
  await ask(false)
}

export async function signOut(): Promise<void> {
  try {
    await answer(api.POST('/api/logout'))
  } finally {
    user.value = undefined
  }
}

onReply((status, background) => {
  if (status === 401 && user.value) {
    user.value = undefined
    ended.value = true
  } else if (status < 400 && !background && user.value) {
    heard = Date.now()
    deadline.value = heard + idleSeconds * 1000
  }
})

/** Runs once, for as long as the page is open. */
export function keepWatch(): void {
  let asked = 0
  let active = false
  // A sign that is too fresh to be reported is forgotten, so that none is reported late and prolongs the session.
  presence.onSign(() => (active ||= Date.now() - heard >= Math.min(kActiveEvery, (idleSeconds * 1000) / 4)))
  const beat = () => {
    now.value = Date.now()
    if (!user.value || document.hidden) return
    // Reading and scrolling are activity too, though they need no request of their own.
    const report = active
    // Another tab may have been used: before a countdown is shown, and when it ends, the server is asked.
    const turning = idleLeft.value <= kCountdownFrom && now.value - asked > 5_000
    if (!report && !turning && now.value - asked < kAskEvery) return
    asked = now.value
    active = false
    ask(!report).catch(() => undefined)
  }
  window.setInterval(beat, 1000)
  document.addEventListener('visibilitychange', beat)
}
