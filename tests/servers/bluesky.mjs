// Runs Bluesky's own PLC directory and PDS (with BLUESKY_MODE=full also the AppView) on loopback, and a relay that
// serves their firehose as Jetstream does at /subscribe: wantedCollections, wantedDids, cursor, options_update,
// without compression. The relay is our reading of the protocol, so the shapes of events are pinned by recorded ones too.
//
// For tests of what goes wrong: POST /cut closes every subscription, POST /refuse?seconds=N answers 503 for a while,
// GET /state says how many events and subscribers there are.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import net from 'node:net'
import { pathToFileURL } from 'node:url'

const HOST = '127.0.0.1'
const first = Number(process.env.BLUESKY_PORT)
const isFull = process.env.BLUESKY_MODE === 'full'

// The packages listen on every interface and offer no setting for it.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'number') given = [{ port: given[0] }, ...given.slice(1).filter((g) => typeof g === 'function')]
  if (given[0] && typeof given[0] === 'object' && 'port' in given[0]) given[0] = { ...given[0], host: HOST }
  return listen.apply(this, given)
}

const installed = createRequire(process.env.BLUESKY_PACKAGES + '/package.json')
const load = async (name) => import(pathToFileURL(installed.resolve(name)).href)
const { TestNetwork, TestNetworkNoAppView } = await load('@atproto/dev-env')
const { Firehose } = await load('@atproto/sync')
const { lexToJson } = await load('@atproto/lex-json')
const { WebSocketServer } = await load('ws').then((module) => module.default)

const plc = { port: first }
const pds = { port: first + 1, hostname: 'localhost', enableDidDocWithSession: true }
const bsky = { port: first + 2, publicUrl: `http://localhost:${first + 2}` }
const network = isFull
  ? await TestNetwork.create({ plc, pds, bsky, ozone: { port: first + 3 } })
  : await TestNetworkNoAppView.create({ plc, pds })

// Every event since the start, so that any cursor can be replayed.
const events = []
const subscribers = new Set()

function record(event) {
  const before = events.at(-1)?.time_us ?? 0
  const message = { did: event.did, time_us: Math.max(before + 1, Date.now() * 1000), cursor: events.length + 1, ...event }
  events.push(message)
  for (const subscriber of subscribers) subscriber.offer(message)
}

const firehose = new Firehose({
  service: `ws://localhost:${first + 1}`,
  idResolver: network.pds.ctx.idResolver,
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  getCursor: () => 0,
  onError: (error) => console.error('firehose:', error.message),
  handleEvent: ({ event, did, seq, time, ...rest }) => {
    if (event === 'identity') return record({ did, kind: 'identity', identity: { did, handle: rest.handle, seq, time } })
    if (event === 'account') {
      const account = { active: rest.active, did, seq, time, ...(rest.status && { status: rest.status }) }
      return record({ did, kind: 'account', account })
    }
    if (!['create', 'update', 'delete'].includes(event)) return
    const commit = { rev: rest.rev, operation: event, collection: rest.collection, rkey: rest.rkey }
    if (event !== 'delete') Object.assign(commit, { record: lexToJson(rest.record), cid: rest.cid.toString() })
    record({ did, kind: 'commit', commit })
  },
})
firehose.start()

class Subscriber {
  constructor(socket, wants) {
    this.socket = socket
    this.choose(wants)
  }

  choose({ wantedCollections = [], wantedDids = [] }) {
    this.collections = wantedCollections
    this.dids = new Set(wantedDids)
  }

  // Filters of collections leave identity and account events alone, as Jetstream's do.
  wants({ did, kind, commit }) {
    if (this.dids.size && !this.dids.has(did)) return false
    if (kind !== 'commit' || !this.collections.length) return true
    return this.collections.some((wanted) =>
      wanted.endsWith('.*') ? commit.collection.startsWith(wanted.slice(0, -1)) : commit.collection === wanted)
  }

  offer(event) {
    if (this.wants(event)) this.socket.send(JSON.stringify(event))
  }

  // From the cursor on, itself included. Numbers below 10^15 count events, others are microseconds; the future means live.
  replay(cursor) {
    const position = cursor < 1e15 ? 'cursor' : 'time_us'
    for (const event of events) if (event[position] >= cursor) this.offer(event)
  }
}

let refusedUntil = 0
const isRefusing = () => Date.now() < refusedUntil
const relay = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://relay')
  const action = `${request.method} ${pathname}`
  if (action === 'POST /cut') for (const { socket } of subscribers) socket.terminate()
  else if (action === 'POST /refuse') refusedUntil = Date.now() + Number(searchParams.get('seconds') ?? 5) * 1000
  else if (action !== 'GET /state') return response.writeHead(404).end()
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ events: events.length, subscribers: subscribers.size, refusing: isRefusing() }) + '\n')
})

const sockets = new WebSocketServer({ noServer: true })
relay.on('upgrade', (request, socket, head) => {
  const { pathname, searchParams } = new URL(request.url, 'http://relay')
  if (pathname !== '/subscribe' || isRefusing()) {
    return socket.end(`HTTP/1.1 ${isRefusing() ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const subscriber = new Subscriber(client, {
      wantedCollections: searchParams.getAll('wantedCollections'),
      wantedDids: searchParams.getAll('wantedDids'),
    })
    const begin = () => {
      if (searchParams.has('cursor')) subscriber.replay(Number(searchParams.get('cursor')))
      subscribers.add(subscriber)
    }
    client.on('close', () => subscribers.delete(subscriber))
    client.on('error', () => subscribers.delete(subscriber))
    client.on('message', (data) => {
      try {
        const { type, payload } = JSON.parse(data)
        if (type !== 'options_update') return
        subscriber.choose(payload)
        if (!subscribers.has(subscriber)) begin()
      } catch {
        client.close(1007, 'not an options_update')
      }
    })
    if (searchParams.get('requireHello') !== 'true') begin()
  })
})
relay.listen(first + 4)
setInterval(() => subscribers.forEach(({ socket }) => socket.ping()), 20_000).unref()

const urls = {
  plc: network.plc.url,
  pds: network.pds.url,
  appview: network.bsky?.url ?? null,
  jetstream: `ws://${HOST}:${first + 4}/subscribe`,
  control: `http://${HOST}:${first + 4}`,
}
console.log('ready', JSON.stringify(urls))

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // Some of the packages' connections never end by themselves.
    setTimeout(() => process.exit(0), 4000).unref()
    for (const { socket } of subscribers) socket.terminate()
    await firehose.destroy().catch(() => {})
    await network.close().catch(() => {})
    process.exit(0)
  })
}
