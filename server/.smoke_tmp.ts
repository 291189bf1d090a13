import Type from 'typebox'
import { openServer } from './http/server.ts'
import { listQuery, listReply } from './http/paging.ts'
const me = { key_id:'k', tenant_id:'t', scopes:['whatsapp:read'], sandbox_only:false, owner:false, first_tenant:false, rate_limit_rpm:600 }
const nul = (t:any)=>Type.Union([t,Type.Null()])
const s = await openServer<undefined>({ host:'127.0.0.1', port:0, routes:[
 { method:'POST', path:'/x/:id', scope:['whatsapp:read','whatsapp:write'], tag:'t', summary:'', params: Type.Object({id:Type.String({format:'uuid'})}), body: Type.Object({text:Type.String({minLength:1,maxLength:5}), n:Type.Optional(Type.Integer({minimum:1,maximum:9})), k:Type.Optional(Type.Union([Type.Literal('a'),Type.Literal('b')])), c:Type.Optional(Type.Array(Type.Object({phone_number_id:Type.String()},{additionalProperties:false}),{maxItems:2})),
   u: Type.Optional(Type.Union([Type.Object({type:Type.Literal('button'),b:Type.String()}),Type.Object({type:Type.Literal('list'),l:Type.Array(Type.String())})])),
   r: Type.Optional(Type.Record(Type.String(),Type.String())), nn: Type.Optional(nul(Type.String({format:'uuid'}))) , ex: Type.Optional(Type.Any()) }),
   replies:{201:Type.Object({id:Type.String(), at: nul(Type.String({format:'date-time'})), e: nul(Type.Enum(['x','y'])), o: nul(Type.Object({q:Type.Number()}))})}, errors:[], handle: async c=>({status:201, body:{id:c.params.id, at:new Date(0), e:null, o:{q:1,w:2}, leak:1}}) },
 { method:'GET', path:'/x', scope:'whatsapp:read', tag:'t', summary:'', query: listQuery({days: Type.Optional(Type.Integer({minimum:1,maximum:90})), b: Type.Optional(Type.Boolean())}), replies:{200:listReply(Type.Object({a:Type.Any()}))}, errors:[], handle: async c=>({status:200, body:{data:[{a:c.query}],next_cursor:null}})},
 { method:'GET', path:'/boom', root:true, scope:'public', tag:'t', summary:'', replies:{200:null}, errors:[], handle: async ()=>{throw new Error('select secret')}},
], authenticate: t=> t==='good'?me:'invalid_api_key', limiter:{take:()=>({allowed:true,remaining:5,retry_after_s:0})}, idempotency: undefined as any, transaction: w=>w(undefined), isDatabaseDown:()=>false, log:{debug(){},info(){},warn(){},error(...a){console.log('ERR',(a[0] as any).err?.message)}} })
const url = await s.listen()
const id='019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17'
const go = async (m:string,p:string,b?:unknown,h:Record<string,string>={})=>{ const r = await fetch(url+p,{method:m,headers:{authorization:'Bearer good',...(b!==undefined?{'content-type':'application/json'}:{}),...h},...(b!==undefined?{body:typeof b==='string'?b:JSON.stringify(b)}:{})}); console.log(m,p,r.status, await r.text(), r.headers.get('allow')??'') ; return r}
let r = await go('POST','/api/v1/x/'+id,{text:'hi'}); console.log([...r.headers])
await go('POST','/api/v1/x/'+id,{text:5,n:11,k:'c',c:[{phone_numer:'1'},{phone_number_id:'2'},{}],u:{type:'lst',l:1},r:{a:1},nn:'z',txt:1})
await go('POST','/api/v1/x/'+id,{text:'',u:{type:'list',l:1},n:1.5,nn:5,r:[]})
await go('POST','/api/v1/x/'+id,[])
await go('POST','/api/v1/x/'+id)
await go('POST','/api/v1/x/zz',{text:'a'})
await go('POST','/api/v1/x/'+id,'{"text":')
await go('POST','/api/v1/x/'+id,'{"text":"a","ex":{"__proto__":{}}}')
await go('POST','/api/v1/x/'+id,'{"text":"a\\u0000"}')
await go('POST','/api/v1/x/'+id,'{"text":"a\\u00e4"}')
await go('POST','/api/v1/x/'+id,'{"text":"a","ex":'+'['.repeat(40)+']'.repeat(40)+'}')
await go('POST','/api/v1/x/'+id,'a=b',{'content-type':'application/x-www-form-urlencoded'})
await go('POST','/api/v1/x/'+id,JSON.stringify({text:'x'.repeat(2e6)}))
await go('GET','/api/v1/x?days=abc&b=true&limt=3')
await go('GET','/api/v1/x?days=3&b=true')
await go('DELETE','/api/v1/x'); await go('OPTIONS','/api/v1/x'); await go('HEAD','/api/v1/x'); await go('GET','/nope'); await go('GET','/%zz'); await go('GET','/boom')
await go('GET','/api/v1/x',undefined,{authorization:'Basic x'}); await go('GET','/api/v1/x',undefined,{authorization:'',"x-api-key":'good'}); await go('GET','/api/v1/x',undefined,{'x-pad':'a'.repeat(20000)})
const net = await import('node:net'); const port=Number(new URL(url).port)
for (const t of ['GARBAGE\r\n\r\n','GET /api/v1/x HTTP/1.1\r\n\r\n', 'POST /api/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n']) await new Promise<void>(ok=>{const c=net.connect(port,'127.0.0.1',()=>c.write(t)); c.on('data',d=>{console.log(String(d).split('\r\n').at(0), String(d).split('\r\n\r\n')[1]); c.destroy(); ok()}); c.on('close',()=>ok())})
await s.close()
