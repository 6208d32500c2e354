// What tests put into a process of its own ahead of the action: `node --import file:///…/preload.js?NAME`, where NAME is one
// of PRELOADS; `preloads.ts` has the URLs. Plain JavaScript: hundreds of runs load it, and Node's loader of TypeScript would
// add 80 ms to each (115 in place of 33 ms, measured). Modules of Node are taken where they are used, for the same reason.

const { env } = process
const node = name => process.getBuiltinModule(`node:${name}`)

/** Each does its part by itself, as soon as it is chosen. */
const PRELOADS = {
  /**
   * Makes the long pauses and deadlines of a program short, so that nobody waits for them: timers of half a second and more
   * are divided by TEST_TIME_FACTOR (100 when left out); shorter ones stay as they are.
   */
  shortenTime() {
    const factor = Number(env.TEST_TIME_FACTOR ?? 100)
    // A proxy keeps whatever else hangs on the function, such as its promisified form.
    const shortened = timer =>
      new Proxy(timer, {
        apply(target, self, [callback, delayMs, ...rest]) {
          const isLong = delayMs !== undefined && delayMs >= 500
          return Reflect.apply(target, self, [callback, isLong ? delayMs / factor : delayMs, ...rest])
        },
      })
    globalThis.setTimeout = shortened(setTimeout)
    globalThis.setInterval = shortened(setInterval)
  },

  /** An error that nobody catches, thrown while a request is under way. */
  throwsLater() {
    afterRequest(() => {
      throw new Error('injected: thrown while the request was under way')
    })
  },

  /** A promise that is rejected, and that nobody waits for, while a request is under way. */
  rejectsLater() {
    afterRequest(() => {
      Promise.reject(new Error('injected: rejected while the request was under way'))
    })
  },

  /** Ends the process while a request is under way, with the exit code that it has by then. */
  exitsEarly() {
    afterRequest(() => process.exit())
  },

  /**
   * Nothing that the program would listen to is heard, and process.exit() is called without a code while a request is under
   * way. What the exit code is then, it was from the first instruction on.
   */
  exitsUnheard() {
    process.on = () => process
    afterRequest(() => process.exit())
  },

  /**
   * Requests are taken and never answered, and no timer ever fires. The process runs out of work while its promise is
   * pending, which Node ends with exit code 0 unless the program sees to it.
   */
  neverSettles() {
    const { Writable } = node('stream')
    class UnansweredRequest extends Writable {
      _write(_piece, _encoding, done) {
        done()
      }

      setTimeout() {
        return this
      }
    }
    replaceRequest(original => new Proxy(original, { apply: () => new UnansweredRequest() }))
    const longestDelayMs = 2 ** 31 - 1
    globalThis.setTimeout = new Proxy(setTimeout, {
      apply: (target, self) => Reflect.apply(target, self, [() => undefined, longestDelayMs]).unref(),
    })
  },

  /** An uncaught error once the run has said that the build passes. */
  throwsLate() {
    afterVerdict(() => {
      process.nextTick(() => {
        throw new Error('thrown after the verdict')
      })
    })
  },

  /**
   * The run is cancelled once it has said that the build passes: by a real signal, which Node hears of when the event loop
   * turns.
   */
  cancelledLate() {
    afterVerdict(() => process.kill(process.pid, 'SIGTERM'))
  },

  /** The disk with the file of outputs is full from write number TEST_FAILS_FROM on. */
  fullDisk() {
    aroundOutputWrites((count, write) => {
      if (count >= Number(env.TEST_FAILS_FROM)) throw new Error('ENOSPC: no space left on device, write')
      write()
    })
  },

  /** The process is killed right after write number TEST_KILLED_AFTER to the file of outputs. */
  killedAfterWrite() {
    aroundOutputWrites((count, write) => {
      write()
      if (count === Number(env.TEST_KILLED_AFTER)) process.kill(process.pid, 'SIGKILL')
    })
  },

  /** No name has an address, and nothing asks the network for one. */
  noAddress() {
    node('dns').lookup = (host, _options, callback) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
      setImmediate(callback, error)
    }
    node('module').syncBuiltinESMExports()
  },

  /** The name server of loopback, which takes every question and never answers one. */
  async silentResolver() {
    await nameServer(() => undefined)
  },

  /**
   * On loopback a name server that is slow with one lookup, and the service itself, for a run in a network of its own.
   * TEST_SLOW_LOOKUP says which lookup is slow: `first` is answered after 2.5 s, `later` is any but the first, and is
   * answered after 20 s.
   */
  async slowResolver() {
    const isFirstSlow = env.TEST_SLOW_LOOKUP === 'first'
    const slowForMs = isFirstSlow ? 2_500 : 20_000
    // The first lookup asks for both kinds of addresses: its port, when it came, and its numbers, which stay when it asks again.
    let first
    const firstIds = new Set()
    await nameServer((question, port) => {
      first ??= { port, atMs: performance.now() }
      const id = question.readUInt16BE()
      if (port === first.port) firstIds.add(id)
      const isSlow = firstIds.has(id) === isFirstSlow
      return isSlow && performance.now() - first.atMs < slowForMs ? undefined : addressAnswer(question)
    })
    await serviceOfOneBuild()
  },
}

/** Puts another function in the place of `request` in node:http and node:https: whoever imports them later gets that one. */
function replaceRequest(replacement) {
  for (const module of [node('http'), node('https')]) module.request = replacement(module.request)
  node('module').syncBuiltinESMExports()
}

/** Runs an action in a turn of its own, once each request is under way. */
function afterRequest(action) {
  replaceRequest(
    original =>
      new Proxy(original, {
        apply(target, self, parameters) {
          setImmediate(action)
          return Reflect.apply(target, self, parameters)
        },
      }),
  )
}

/**
 * Does something, once, as soon as the line is printed that says that the build passes, or that one has started (or, with
 * TEST_AFTER_WORDS, a line that has them).
 */
function afterVerdict(action) {
  const words = env.TEST_AFTER_WORDS
  const pattern = words === undefined ? / passes[.:] | has started[;.]/ : new RegExp(words)
  const { stdout } = process
  const write = stdout.write.bind(stdout)
  let isDone = false
  stdout.write = (text, ...rest) => {
    const result = write(text, ...rest)
    if (!isDone && pattern.test(text)) {
      isDone = true
      action()
    }
    return result
  }
}

/** Gives each write to the file of outputs, counted from 1, to a function, which does it or not. */
function aroundOutputWrites(around) {
  const fs = node('fs')
  let count = 0
  fs.appendFileSync = new Proxy(fs.appendFileSync, {
    apply(target, self, parameters) {
      const write = () => Reflect.apply(target, self, parameters)
      if (parameters[0] === env.GITHUB_OUTPUT) around(++count, write)
      else write()
    },
  })
  node('module').syncBuiltinESMExports()
}

/** Starts a name server on loopback. It sends what `answerTo` makes of a question and its port, and nothing for undefined. */
async function nameServer(answerTo) {
  const socket = node('dgram').createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const answer = answerTo(question, port)
    if (answer !== undefined) socket.send(answer, port, address)
  })
  socket.unref()
  await new Promise(resolve => socket.bind(53, '127.0.0.1', resolve))
}

/** @returns 127.0.0.1 to a question for an IPv4 address, and no address to any other (RFC 1035, section 4.1). */
function addressAnswer(question) {
  let end = 12
  while ((question[end] ?? 0) > 0) end += question[end] + 1
  const isIPv4 = question.readUInt16BE(end + 1) === 1
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(isIPv4 ? 1 : 0, 6)
  head.fill(0, 8)
  const address = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
  return Buffer.concat([head, question.subarray(12, end + 5), ...(isIPv4 ? [address] : [])])
}

/**
 * Starts the service at port 8080 of loopback. The build that the run asks for runs when it is first read, and has passed
 * when it is read again; every answer closes its connection.
 */
async function serviceOfOneBuild() {
  const { INPUT_JOB_ID: codeci_job_id, INPUT_BUILD_NO: build_no } = env
  let reads = 0
  const service = node('http').createServer(({ url }, response) => {
    const isAsked = url.endsWith(`/${build_no}/record-info`)
    const status = isAsked && reads++ > 0 ? 'SUCCESS' : 'RUNNING'
    response.setHeader('Connection', 'close')
    response.end(JSON.stringify({ success: true, result: { codeci_job_id, build_no, status } }))
  })
  service.unref()
  await new Promise(resolve => service.listen(8080, '127.0.0.1', resolve))
}

const name = new URL(import.meta.url).search.slice(1)
if (!Object.hasOwn(PRELOADS, name)) throw new Error(`There is no preload "${name}"`)
await PRELOADS[name]()
