// What an application does with documents, one check for each kind of operation.
// SPDX-License-Identifier: Apache-2.0
'use strict'

const assert = require('assert')
const couchbase = require('couchbase')
const { fails, eventually } = require('./report')

async function checkDocuments(report, prefix, collection) {
  const binary = collection.binary()
  const check = (name, body) => report.check(`${prefix} ${name}`, body)
  let turn = 0
  const fresh = () => `${prefix}-${++turn}`

  await check('upsert and get', async () => {
    const key = fresh()
    const stored = await collection.upsert(key, { a: 1, list: [1, 'zwei', null] })
    assert.ok(stored.cas)
    const got = await collection.get(key)
    assert.deepStrictEqual(got.content, { a: 1, list: [1, 'zwei', null] })
    assert.strictEqual(got.cas.toString(), stored.cas.toString())
    await collection.upsert(key, 'ä€😀')
    assert.strictEqual((await collection.get(key)).content, 'ä€😀')
  })

  await check('get of what is not there', () => fails(couchbase.DocumentNotFoundError, () => collection.get(fresh())))

  await check('insert, once', async () => {
    const key = fresh()
    await collection.insert(key, 1)
    await fails(couchbase.DocumentExistsError, () => collection.insert(key, 2))
    assert.strictEqual((await collection.get(key)).content, 1)
  })

  await check('replace, and not what is not there', async () => {
    const key = fresh()
    await fails(couchbase.DocumentNotFoundError, () => collection.replace(key, 1))
    await collection.insert(key, 1)
    await collection.replace(key, 2)
    assert.strictEqual((await collection.get(key)).content, 2)
  })

  await check('remove, once', async () => {
    const key = fresh()
    await collection.insert(key, 1)
    await collection.remove(key)
    await fails(couchbase.DocumentNotFoundError, () => collection.remove(key))
    await fails(couchbase.DocumentNotFoundError, () => collection.get(key))
  })

  await check('exists', async () => {
    const key = fresh()
    assert.strictEqual((await collection.exists(key)).exists, false)
    const stored = await collection.insert(key, 1)
    const found = await collection.exists(key)
    assert.strictEqual(found.exists, true)
    assert.strictEqual(found.cas.toString(), stored.cas.toString())
    await collection.remove(key)
    assert.strictEqual((await collection.exists(key)).exists, false)
  })

  await check('touch and getAndTouch', async () => {
    const key = fresh()
    await collection.insert(key, { kept: true })
    assert.ok((await collection.touch(key, 1000)).cas)
    const got = await collection.getAndTouch(key, 1)
    assert.deepStrictEqual(got.content, { kept: true })
    await eventually(5000, () => fails(couchbase.DocumentNotFoundError, () => collection.get(key)))
    await fails(couchbase.DocumentNotFoundError, () => collection.touch(key, 10))
    await fails(couchbase.DocumentNotFoundError, () => collection.getAndTouch(key, 10))
  })

  await check('getAndLock and unlock', async () => {
    const key = fresh()
    await collection.insert(key, 'mine')
    const locked = await collection.getAndLock(key, 15)
    assert.strictEqual(locked.content, 'mine')
    const hurried = { timeout: 300 }
    await fails(couchbase.TimeoutError, () => collection.upsert(key, 'yours', hurried))
    await fails(couchbase.TimeoutError, () => collection.getAndLock(key, 15, hurried))
    await collection.unlock(key, locked.cas)
    await collection.upsert(key, 'yours')
    await fails(couchbase.DocumentNotLockedError, () => collection.unlock(key, locked.cas))
  })

  await check('a lock ends with the write that holds its CAS', async () => {
    const key = fresh()
    await collection.insert(key, 1)
    const locked = await collection.getAndLock(key, 15)
    await collection.replace(key, 2, { cas: locked.cas })
    await collection.replace(key, 3)
  })

  await check('counters', async () => {
    const key = fresh()
    await fails(couchbase.DocumentNotFoundError, () => binary.increment(key, 1))
    assert.strictEqual((await binary.increment(key, 5, { initial: 10 })).value, 10)
    assert.strictEqual((await binary.increment(key, 5)).value, 15)
    assert.strictEqual((await binary.decrement(key, 20)).value, 0)
    assert.strictEqual((await collection.get(key)).content, 0)
    const word = fresh()
    await collection.insert(word, 'word')
    await fails(couchbase.DeltaInvalidError, () => binary.increment(word, 1))
  })

  await check('append and prepend', async () => {
    const key = fresh()
    await collection.insert(key, Buffer.from('middle'))
    await binary.append(key, '-end')
    await binary.prepend(key, Buffer.from('start-'))
    assert.strictEqual((await collection.get(key)).content.toString(), 'start-middle-end')
    await fails(couchbase.CouchbaseError, () => binary.append(fresh(), 'x'))
  })

  await check('a CAS that is not the newest', async () => {
    const key = fresh()
    const first = await collection.insert(key, 1)
    const second = await collection.replace(key, 2, { cas: first.cas })
    await fails(couchbase.CasMismatchError, () => collection.replace(key, 3, { cas: first.cas }))
    await fails(couchbase.CasMismatchError, () => collection.remove(key, { cas: first.cas }))
    await collection.remove(key, { cas: second.cas })
  })

  await check('getAnyReplica and getAllReplicas', async () => {
    const key = fresh()
    await collection.insert(key, { copies: 2 })
    assert.deepStrictEqual((await collection.getAnyReplica(key)).content, { copies: 2 })
    await eventually(5000, async () => {
      const copies = await collection.getAllReplicas(key)
      assert.deepStrictEqual(copies.map((copy) => copy.isReplica).sort(), [false, true])
      for (const copy of copies) assert.deepStrictEqual(copy.content, { copies: 2 })
    })
  })

  await check('an expiry is kept when asked for', async () => {
    const key = fresh()
    await collection.insert(key, 1, { expiry: 1 })
    await collection.upsert(key, 2, { preserveExpiry: true })
    await eventually(5000, () => fails(couchbase.DocumentNotFoundError, () => collection.get(key)))
  })

  await check('a large document', async () => {
    const key = fresh()
    const large = { text: 'x'.repeat(5 * 1024 * 1024) }
    await collection.upsert(key, large)
    assert.deepStrictEqual((await collection.get(key)).content, large)
  })

  await check('500 operations in parallel', async () => {
    const keys = Array.from({ length: 250 }, fresh)
    await Promise.all(keys.map((key, index) => collection.upsert(key, { index })))
    const got = await Promise.all(keys.map((key) => collection.get(key)))
    got.forEach((result, index) => assert.deepStrictEqual(result.content, { index }))
  })
}

module.exports = { checkDocuments }
