import {
  agentsResponseSchema,
  nodesResponseSchema,
  overviewQuerySchema,
  overviewResponseSchema,
  providersResponseSchema,
  repositoriesResponseSchema,
  repositoryQuerySchema,
  repositoryResponseSchema,
  settingsResponseSchema,
  viewRoutes,
} from '../contract.ts';
import { defineOperation } from './operation.ts';

export const getOverview = defineOperation({
  id: 'getOverview',
  method: 'GET',
  path: viewRoutes.overview,
  tag: 'system',
  access: 'viewer',
  summary: 'What needs somebody, how runs did, what they cost, and how the system is',
  description:
    'An answer may be two seconds old, for a window of more than two days ten seconds, of more than a week a minute; `at` says when it was made.',
  query: overviewQuerySchema,
  answers: { 200: { description: 'The whole at a glance.', schema: overviewResponseSchema } },
});

export const listRepositories = defineOperation({
  id: 'listRepositories',
  method: 'GET',
  path: viewRoutes.repositories,
  tag: 'system',
  access: 'viewer',
  summary: 'The repositories that runs were made for',
  answers: {
    200: { description: 'That of the newest run first.', schema: repositoriesResponseSchema },
  },
});

export const getRepository = defineOperation({
  id: 'getRepository',
  method: 'GET',
  path: viewRoutes.repository,
  tag: 'system',
  access: 'viewer',
  summary: 'A repository with its checks, limits and last runs',
  query: repositoryQuerySchema,
  answers: { 200: { description: 'The repository.', schema: repositoryResponseSchema } },
  refusals: { 404: 'No run was ever made for it.' },
});

export const listAgents = defineOperation({
  id: 'listAgents',
  method: 'GET',
  path: viewRoutes.agents,
  tag: 'system',
  access: 'viewer',
  summary: 'Agents: which can be used here, in which version, and what stands before them',
  answers: { 200: { description: 'By name.', schema: agentsResponseSchema } },
});

export const listProviders = defineOperation({
  id: 'listProviders',
  method: 'GET',
  path: viewRoutes.providers,
  tag: 'system',
  access: 'viewer',
  summary: 'Provider accounts and their models: breakers, reset times, what runs and waits',
  answers: { 200: { description: 'By name.', schema: providersResponseSchema } },
});

export const listNodes = defineOperation({
  id: 'listNodes',
  method: 'GET',
  path: viewRoutes.nodes,
  tag: 'system',
  access: 'viewer',
  summary: 'Nodes on this database',
  answers: { 200: { description: 'Living ones first.', schema: nodesResponseSchema } },
});

export const getSettings = defineOperation({
  id: 'getSettings',
  method: 'GET',
  path: viewRoutes.settings,
  tag: 'system',
  access: 'admin',
  summary: 'The settings in force on this node, and where each value came from',
  answers: { 200: { description: 'Secrets are masked.', schema: settingsResponseSchema } },
});
