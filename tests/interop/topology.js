// A node fails over under load, another one comes in, and the application goes on.
// SPDX-License-Identifier: Apache-2.0
'use strict'

const assert = require('assert')
const couchbase = require('couchbase')
const { eventually } = require('./report')

/** Eight writers that never stop by themselves; counts what they did, and keeps what was not a passing trouble. */
class Load {
  constructor(collection) {
    this.collection = collection
    this.done = 0
    this.troubles = 0
    this.errors = []
    this.isStopping = false
    this.writers = Array.from({ length: 8 }, (_, writer) => this.write(writer))
  }

  async write(writer) {
    for (let i = 0; !this.isStopping; i += 1) {
      const key = `load-${writer}-${i % 200}`
      try {
        await this.collection.upsert(key, { writer, i }, { timeout: 1000 })
        await this.collection.get(key, { timeout: 1000 })
        this.done += 2
      } catch (error) {
        this.troubles += 1
        if (!isPassing(error)) this.errors.push(error)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Waits until it got on by so many operations. */
  async goesOn(operations, milliseconds) {
    const goal = this.done + operations
    await eventually(milliseconds, async () => assert.ok(this.done >= goal, `${goal - this.done} are missing`))
  }

  async stop() {
    this.isStopping = true
    await Promise.all(this.writers)
  }
}

/** What a failover may do to an operation: a timeout, a connection that closed, or a write that the replica lacks. */
function isPassing(error) {
  const kinds = [
    couchbase.TimeoutError,
    couchbase.RequestCanceledError,
    couchbase.TemporaryFailureError,
    couchbase.DocumentNotFoundError,
  ]
  return kinds.some((kind) => kind && error instanceof kind)
}

async function checkTopology(report, cluster, collection) {
  const settled = Array.from({ length: 300 }, (_, i) => `settled-${i}`)
  const allThere = () =>
    Promise.all(
      settled.map(async (key, i) => {
        assert.deepStrictEqual((await collection.get(key, { timeout: 5000 })).content, { i })
      })
    )
  const load = new Load(collection)

  await report.check('a node fails over under load, and the load goes on', async () => {
    await Promise.all(settled.map((key, i) => collection.upsert(key, { i })))
    await Promise.all(settled.map((key) => eventually(5000, () => onBothCopies(collection, key))))
    await load.goesOn(2000, 20000)
    await cluster.do({ do: 'fail_over', node: 1 })
    await load.goesOn(2000, 20000)
    await allThere()
    await Promise.all(settled.map((key, i) => collection.replace(key, { i }, { timeout: 5000 })))
    return `${load.done} operations, ${load.troubles} in trouble`
  })

  await report.check('a new node takes its part under load, and nothing is lost', async () => {
    const troubles = load.troubles
    await cluster.do({ do: 'add_node' })
    await cluster.do({ do: 'rebalance' })
    await load.goesOn(2000, 20000)
    await allThere()
    return `${load.troubles - troubles} in trouble`
  })

  await report.check('a node that dies without notice is failed over, and the load goes on', async () => {
    await Promise.all(settled.map((key) => eventually(5000, () => onBothCopies(collection, key))))
    await cluster.do({ do: 'kill', node: 2 })
    await cluster.do({ do: 'fail_over', node: 2 })
    await load.goesOn(2000, 20000)
    await allThere()
    return `${load.done} operations, ${load.troubles} in trouble`
  })

  await load.stop()
  await report.check('no operation met more than passing trouble', async () => {
    if (load.errors.length > 0) throw load.errors[0]
  })
}

async function onBothCopies(collection, key) {
  assert.strictEqual((await collection.getAllReplicas(key)).length, 2)
}

module.exports = { checkTopology }
