// One line per check, and whether all passed.
// SPDX-License-Identifier: Apache-2.0
'use strict'

class Report {
  constructor() {
    this.failed = 0
    this.passed = 0
  }

  /** Runs `body`; what it throws is the check's failure, and the next check runs all the same. */
  async check(name, body) {
    const started = Date.now()
    try {
      const words = await withDeadline(body(), 40000)
      this.passed += 1
      const told = typeof words === 'string' ? `: ${words}` : ''
      console.log(`ok      ${name}${told} (${Date.now() - started} ms)`)
    } catch (error) {
      this.failed += 1
      console.log(`FAILED  ${name}: ${describe(error)}`)
    }
  }
}

function describe(error) {
  const context = error && error.context ? ` ${JSON.stringify(error.context)}` : ''
  return `${error && error.stack ? error.stack : error}${context}`
}

function withDeadline(promise, milliseconds) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${milliseconds} ms`)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Passes when `body` fails with an error of this class; anything else is a failure. */
async function fails(errorClass, body) {
  try {
    await body()
  } catch (error) {
    if (error instanceof errorClass) return error
    throw new Error(`${errorClass.name} was expected, this came: ${describe(error)}`)
  }
  throw new Error(`${errorClass.name} was expected, nothing was wrong`)
}

/** Runs `body` until it does not throw; gives up, with its last words, after so long. */
async function eventually(milliseconds, body) {
  const end = Date.now() + milliseconds
  for (;;) {
    try {
      return await body()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

module.exports = { Report, fails, eventually }
