// txcb-cluster as a child process, and its control surface.
// SPDX-License-Identifier: Apache-2.0
'use strict'

const { spawn, execFile } = require('child_process')
const readline = require('readline')

/** Starts the program and waits until it has said all its addresses. */
class DevelopmentCluster {
  constructor(program, options) {
    this.program = program
    this.child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.user = 'Administrator'
    this.password = 'password'
    this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve({ code, signal })))
  }

  async started() {
    const lines = readline.createInterface({ input: this.child.stdout })
    for await (const line of lines) {
      const url = (scheme) => (line.match(new RegExp(`${scheme}://\\S+`)) || [])[0]
      this.plain = this.plain || url('couchbase')
      this.tls = this.tls || url('couchbases')
      if (/control/i.test(line)) this.control = url('http')
      if (this.plain && this.tls && this.control) return this
    }
    throw new Error(`${this.program} ended before it had said where it is`)
  }

  /** A command of the control surface; its answer. */
  do(command) {
    const options = { env: { ...process.env, TXCB_CLUSTER_PASSWORD: this.password }, timeout: 30000 }
    const words = ['ctl', '--at', this.control, JSON.stringify(command)]
    return new Promise((resolve, reject) => {
      execFile(this.program, words, options, (error, out, err) => {
        if (error) reject(new Error(`${JSON.stringify(command)}: ${out}${err}`))
        else resolve(out.trim() === '' ? {} : JSON.parse(out))
      })
    })
  }

  /** As Ctrl-C does. */
  async stop() {
    this.child.kill('SIGINT')
    return this.ended
  }
}

module.exports = { DevelopmentCluster }
