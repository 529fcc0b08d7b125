// Buckets and users, by the SDK's managers over the REST port.
// SPDX-License-Identifier: Apache-2.0
'use strict'

const assert = require('assert')
const couchbase = require('couchbase')
const { fails, eventually } = require('./report')

async function checkManagement(report, session, connect) {
  await report.check('a bucket is created, used, flushed and dropped', async () => {
    const buckets = session.buckets()
    await buckets.createBucket({ name: 'made', ramQuotaMB: 100, numReplicas: 1, flushEnabled: true })
    await fails(couchbase.BucketExistsError, () => buckets.createBucket({ name: 'made', ramQuotaMB: 100 }))
    const settings = await buckets.getBucket('made')
    assert.strictEqual(settings.numReplicas, 1)
    assert.strictEqual(settings.ramQuotaMB, 100)
    const names = (await buckets.getAllBuckets()).map((bucket) => bucket.name)
    assert.deepStrictEqual(names.sort(), ['default', 'made'])
    const collection = session.bucket('made').defaultCollection()
    await eventually(10000, () => collection.upsert('key', 1))
    await buckets.flushBucket('made')
    await eventually(10000, () => fails(couchbase.DocumentNotFoundError, () => collection.get('key')))
    await buckets.dropBucket('made')
    await fails(couchbase.BucketNotFoundError, () => buckets.getBucket('made'))
  })

  await report.check('a memcached bucket is listed beside the others', async () => {
    const buckets = session.buckets()
    await buckets.createBucket({ name: 'cache', bucketType: couchbase.BucketType.Memcached, ramQuotaMB: 100 })
    const found = (await buckets.getAllBuckets()).map(({ name, bucketType }) => `${name} is ${bucketType}`)
    assert.deepStrictEqual(found.sort(), ['cache is memcached', 'default is membase'])
    await buckets.dropBucket('cache')
  })

  await report.check('a user may do what the roles say', async () => {
    const users = session.users()
    const roles = [{ name: 'data_reader', bucket: 'default' }]
    await users.upsertUser({ username: 'alice', password: 'wonderland', roles })
    const found = await users.getUser('alice')
    assert.deepStrictEqual(found.effectiveRoles.map((role) => role.name), ['data_reader'])
    const alice = await connect('alice', 'wonderland')
    const collection = alice.bucket('default').defaultCollection()
    await session.bucket('default').defaultCollection().upsert('for-alice', 1)
    assert.strictEqual((await collection.get('for-alice')).content, 1)
    await fails(couchbase.CouchbaseError, () => collection.upsert('for-alice', 2))
    assert.strictEqual((await session.bucket('default').defaultCollection().get('for-alice')).content, 1)
    await alice.close()
    await users.dropUser('alice')
    await fails(couchbase.UserNotFoundError, () => users.getUser('alice'))
  })
}

module.exports = { checkManagement }
