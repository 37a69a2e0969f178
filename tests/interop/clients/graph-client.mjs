// The seven operations and their errors through @microsoft/microsoft-graph-client, against a server that BASE_URL names.
//
//   npm install --no-save --prefix clients @microsoft/microsoft-graph-client@3.0.7
// It is run from a copy beside `node_modules`, where modules look for it.

import assert from "node:assert/strict";

import graphClient from "@microsoft/microsoft-graph-client";

const { BatchRequestContent, BatchResponseContent, Client, HTTPMessageHandler, RetryHandler, TelemetryHandler } = graphClient;

const { BASE_URL, TOKEN, MEMBER } = process.env;
const MOBILE = "3179e48a-750b-4051-897c-87b9720928f7";
const OFFICE = "e37fc753-ff3b-4958-9484-eaa9425c82bc";

/** Adds the token to each request. The client's own handler does so for https only, and the server speaks http. */
class Token {
  constructor(token) {
    this.token = token;
  }

  async execute(context) {
    context.options.headers = { ...context.options.headers, Authorization: `Bearer ${this.token}` };
    await this.next.execute(context);
  }

  setNext(next) {
    this.next = next;
  }
}

/** A client for one version, with a token of its own. */
function client(version, token = TOKEN) {
  const handlers = [new RetryHandler(), new Token(token), new TelemetryHandler(), new HTTPMessageHandler()];
  handlers.slice(1).forEach((handler, index) => handlers[index].setNext(handler));
  return Client.initWithMiddleware({ baseUrl: `${BASE_URL}/`, defaultVersion: version, middleware: handlers[0] });
}

/** What a refusal looks like to whoever catches it. */
async function refused(call, status, code) {
  await assert.rejects(call, (error) => {
    assert.equal(error.constructor.name, "GraphError");
    assert.equal(error.statusCode, status);
    assert.match(error.code, code);
    assert.ok(error.message.length > 0, "a refusal says why");
    assert.ok(error.requestId, "a refusal has a request-id");
    return true;
  });
}

for (const version of ["v1.0", "beta"]) {
  const graph = client(version);
  const phones = `/users/${MEMBER}/authentication/phoneMethods`;

  for (const phone of (await graph.api(phones).get()).value) {
    await graph.api(`${phones}/${phone.id}`).delete();
  }

  const created = await graph.api(phones).post({ phoneNumber: "+1 2065550100", phoneType: "mobile" });
  assert.deepEqual([created.id, created.phoneType, created.smsSignInState], [MOBILE, "mobile", "ready"]);
  // Other SDKs of Graph add the type to what they send.
  await graph.api(phones).post({ "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", phoneNumber: "+1 2065550101", phoneType: "office" });

  const listed = await graph.api(phones).get();
  assert.match(listed["@odata.context"], /phoneMethods$/);
  assert.deepEqual(listed.value.map((phone) => phone.phoneType).sort(), ["mobile", "office"]);
  const numbers = await graph.api(phones).select("phoneNumber").get();
  assert.deepEqual(numbers.value.map((phone) => phone.phoneNumber).sort(), ["+1 2065550100", "+1 2065550101"]);
  const mobiles = await graph.api(phones).filter("phoneType eq 'mobile'").get();
  assert.deepEqual(mobiles.value.map((phone) => phone.id), [MOBILE]);

  await graph.api(`${phones}/${MOBILE}/disableSmsSignIn`).post();
  assert.notEqual((await graph.api(`${phones}/${MOBILE}`).get()).smsSignInState, "ready");
  await graph.api(`${phones}/${MOBILE}/enableSmsSignIn`).post();
  assert.equal((await graph.api(`${phones}/${MOBILE}`).get()).smsSignInState, "ready");

  await graph.api(`${phones}/${MOBILE}`).patch({ phoneNumber: "+1 2065550102", phoneType: "mobile" });
  assert.equal((await graph.api(`${phones}/${MOBILE}`).get()).phoneNumber, "+1 2065550102");

  await refused(graph.api(phones).post({ phoneNumber: "+1 2065550103", phoneType: "mobile" }), 400, /./);
  await refused(graph.api(phones).post({ phoneNumber: "nonsense", phoneType: "alternateMobile" }), 400, /invalidPhoneNumber/i);
  await refused(graph.api(`${phones}/${MOBILE}`).patch({ phoneNumber: "nonsense" }), 400, /invalidPhoneNumber/i);
  await refused(graph.api(`${phones}/${OFFICE}/enableSmsSignIn`).post(), 400, /./);
  await refused(client(version, "nonsense").api(phones).get(), 401, /InvalidAuthenticationToken/i);
  await refused(graph.api("/users/nobody@contoso.example/authentication/phoneMethods").get(), 404, /./);

  // Host and version of a request in a batch are left out of what is sent.
  const step = (id, method, path) => ({ id, request: new Request(`http://batch${path}`, { method }) });
  const batch = new BatchRequestContent([step("list", "GET", phones), step("remove", "DELETE", `${phones}/${OFFICE}`), step("again", "DELETE", `${phones}/${OFFICE}`)]);
  const answers = new BatchResponseContent(await graph.api("/$batch").post(await batch.getContent()));
  assert.equal((await answers.getResponseById("list").json()).value.length, 2);
  assert.deepEqual(["list", "remove", "again"].map((id) => answers.getResponseById(id).status), [200, 204, 404]);

  await refused(graph.api(`${phones}/${OFFICE}`).get(), 404, /./);
  await refused(graph.api(`${phones}/${OFFICE}`).delete(), 404, /./);
  await graph.api(`${phones}/${MOBILE}`).delete();
  assert.deepEqual((await graph.api(phones).get()).value, []);
}
console.log("microsoft-graph-client: all calls behave");
