// The official SDK for Node.js against txcb-cluster: node interop.js <txcb-cluster> <folder> [options...]
// SPDX-License-Identifier: Apache-2.0
'use strict'

const fs = require('fs')
const path = require('path')
const couchbase = require('couchbase')
const { DevelopmentCluster } = require('./cluster')
const { checkDocuments } = require('./documents')
const { checkManagement } = require('./management')
const { checkTopology } = require('./topology')
const { Report, fails } = require('./report')

const timeouts = { connectTimeout: 10000, kvTimeout: 5000, managementTimeout: 15000 }

async function checkWrongPasswords(report, cluster, tls) {
  await report.check('a wrong password is refused', () =>
    fails(couchbase.AuthenticationFailureError, () =>
      couchbase.connect(cluster.plain, { username: cluster.user, password: 'wrong', timeouts })
    )
  )
  await report.check('a wrong password is refused over TLS', () =>
    fails(couchbase.AuthenticationFailureError, () =>
      couchbase.connect(cluster.tls, { username: 'nobody', password: cluster.password, security: tls, timeouts })
    )
  )
  await report.check('a CA that did not sign is not trusted', () =>
    fails(couchbase.CouchbaseError, () =>
      couchbase.connect(cluster.tls, {
        username: cluster.user,
        password: cluster.password,
        timeouts: { ...timeouts, connectTimeout: 2000, bootstrapTimeout: 2000 },
      })
    )
  )
}

async function run(program, folder, ...more) {
  const report = new Report()
  const caFile = path.join(folder, 'ca.pem')
  fs.rmSync(caFile, { force: true })
  const options = ['--nodes', '3', '--bucket', 'default', '--replicas', '1', '--tls', '--ca-file', caFile]
  options.push(...more)
  const cluster = await new DevelopmentCluster(program, options).started()
  const tls = { trustStorePath: caFile }
  const connect = (url, security) => (username, password) =>
    couchbase.connect(url, { username, password, security, timeouts })
  const plainly = connect(cluster.plain, {})
  const safely = connect(cluster.tls, tls)

  console.log(`node ${process.version}, couchbase ${require('couchbase/package.json').version}`)
  let plain
  let safe
  try {
    await report.check(`connect to ${cluster.plain}`, async () => {
      plain = await plainly(cluster.user, cluster.password)
    })
    await report.check(`connect to ${cluster.tls}`, async () => {
      safe = await safely(cluster.user, cluster.password)
    })
    if (plain) await checkDocuments(report, 'plain', plain.bucket('default').defaultCollection())
    if (safe) await checkDocuments(report, 'tls', safe.bucket('default').defaultCollection())
    await checkWrongPasswords(report, cluster, tls)
    if (plain) await checkManagement(report, plain, plainly)
    if (plain) await checkTopology(report, cluster, plain.bucket('default').defaultCollection())
    await report.check('close', async () => {
      if (plain) await plain.close()
      if (safe) await safe.close()
    })
  } finally {
    await report.check('the cluster ends as it should', async () => {
      const { code, signal } = await cluster.stop()
      if (code !== 0) throw new Error(`code ${code}, signal ${signal}`)
    })
  }
  console.log(`${report.passed} passed, ${report.failed} failed`)
  return report.failed === 0 ? 0 : 1
}

run(...process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error)
    process.exit(1)
  }
)
