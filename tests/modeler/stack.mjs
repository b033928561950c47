// What Camunda Modeler is made of for Camunda 7, put together as it does it; esbuild makes one script of this.
// The form editor comes as the script its package ships: beside our properties panel it needs another one of its own.
import BpmnModeler from 'bpmn-js/lib/Modeler';
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CamundaPlatformPropertiesProviderModule,
} from 'bpmn-js-properties-panel';
import CamundaPlatformBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-platform';
import { ElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import DmnModeler from 'dmn-js/lib/Modeler';

const words = (warnings) => (warnings || []).map(({ message }) => message || String(warnings));

function openBpmn() {
  window.bpmn = new BpmnModeler({
    container: '#canvas',
    propertiesPanel: { parent: '#properties' },
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule,
      CamundaPlatformBehaviors,
      ElementTemplatesPropertiesProviderModule,
    ],
  });
}

function openDmn() {
  window.dmn = new DmnModeler({ container: '#canvas', height: 700 });
}

function openForm() {
  window.form = new window.FormEditor.FormEditor({ container: document.querySelector('#canvas') });
}

async function importFile(name, text) {
  if (name.endsWith('.bpmn')) return words((await window.bpmn.importXML(text)).warnings);
  if (name.endsWith('.dmn')) return words((await window.dmn.importXML(text)).warnings);
  return words((await window.form.importSchema(JSON.parse(text))).warnings);
}

async function exportFile(name) {
  if (name.endsWith('.bpmn')) return (await window.bpmn.saveXML({ format: true })).xml;
  if (name.endsWith('.dmn')) return (await window.dmn.saveXML({ format: true })).xml;
  return JSON.stringify(window.form.saveSchema(), null, 2);
}

// -- the diagram

// The space tool, drawn to the right from just before an element.
function makeSpace(before, width) {
  const [ tool, registry ] = [ window.bpmn.get('spaceTool'), window.bpmn.get('elementRegistry') ];
  const root = window.bpmn.get('canvas').getRootElement();
  const everything = registry.filter((each) => each !== root && !each.hidden && each.parent);
  const from = registry.get(before).x - 10;
  const { movingShapes, resizingShapes } = tool.calculateAdjustments(everything, 'x', width, from);
  tool.makeSpace(movingShapes, resizingShapes, { x: width, y: 0 }, 'e', from);
}

// Dropped on a flow, a shape goes in between: what bpmn-js does when the mouse lets go there.
function addBetween(source, target, type) {
  const registry = window.bpmn.get('elementRegistry');
  const flow = registry.get(source).outgoing.find((each) => each.target.id === target);
  const [ first, last ] = [ flow.waypoints[0], flow.waypoints[flow.waypoints.length - 1] ];
  const middle = { x: Math.round((first.x + last.x) / 2), y: Math.round((first.y + last.y) / 2) };
  const shape = window.bpmn.get('elementFactory').createShape({ type });
  return window.bpmn.get('modeling').createShape(shape, middle, flow).id;
}

function select(id) {
  window.bpmn.get('selection').select(window.bpmn.get('elementRegistry').get(id));
}

function show(id) {
  const canvas = window.bpmn.get('canvas');
  const { x, y, width, height } = window.bpmn.get('elementRegistry').get(id);
  canvas.zoom(1, { x: x + width / 2, y: y + height / 2 });
  canvas.scrollToElement(id, 280);
}

function useTemplates(templates) {
  const faults = [];
  window.bpmn.on('elementTemplates.errors', ({ errors }) => faults.push(...words(errors)));
  window.bpmn.get('elementTemplatesLoader').setTemplates(templates);
  return faults;
}

function applyTemplate(id, templateId) {
  const templates = window.bpmn.get('elementTemplates');
  const element = window.bpmn.get('elementRegistry').get(id);
  const changed = templates.applyTemplate(element, templates.get(templateId, 1));
  return changed.id;
}

function attribute(id, name) {
  return window.bpmn.get('elementRegistry').get(id).businessObject.get(name);
}

// -- the form

function editField(key, changes) {
  const registry = window.form.get('formFieldRegistry');
  const field = registry.getAll().find((each) => each.key === key);
  for (const [ name, value ] of Object.entries(changes)) window.form.get('modeling').editFormField(field, name, value);
}

// What dropping a new component into a group or list does.
function dropField(type, parent) {
  const into = window.form.get('formFieldRegistry').get(parent);
  return window.form.get('modeling').addFormField({ type, _parent: parent }, into, into.components.length).id;
}

// What the entries of the properties panel do, one after another.
function describeField(id, properties) {
  const field = window.form.get('formFieldRegistry').get(id);
  for (const [ name, value ] of Object.entries(properties)) window.form.get('modeling').editFormField(field, name, value);
}

function lastField() {
  return window.form._getState().schema.components.at(-1).id;
}

// -- the deployment, with the requests and headers of the Modeler's own

async function request(address, path, authorization, options = {}) {
  const headers = { ...options.headers, accept: 'application/json' };
  if (authorization) headers.authorization = authorization;
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5000);
  const response = await fetch(address + path, { ...options, headers, signal: controller.signal });
  return { status: response.status, body: await response.json() };
}

async function deploy(address, authorization, name, files) {
  const body = new FormData();
  body.append('deployment-name', name);
  body.append('deployment-source', 'Camunda Modeler');
  body.append('enable-duplicate-filtering', 'true');
  files.forEach(({ file, content }, at) => body.append(file, new Blob([ content ], at ? {} : { type: 'text/xml' }), file));
  return request(address, '/deployment/create', authorization, { method: 'POST', body });
}

async function start(address, authorization, definition, variables) {
  const body = JSON.stringify({ businessKey: null, variables });
  const headers = { 'content-type': 'application/json' };
  return request(address, `/process-definition/${definition}/start`, authorization, { method: 'POST', body, headers });
}

Object.assign(window, {
  Modeler: {
    openBpmn, openDmn, openForm, importFile, exportFile, makeSpace, addBetween, select, show, useTemplates, applyTemplate, attribute,
    editField, dropField, describeField, lastField, request, deploy, start,
  },
});
