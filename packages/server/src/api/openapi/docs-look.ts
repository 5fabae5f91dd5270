import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';

/** The mark of the pages' `favicon.svg`, in one colour. */
const mark = (colour: string) =>
  `<path d="M4 13V8a4 4 0 0 1 4-4h5M28 19v5a4 4 0 0 1-4 4h-5" fill="none" stroke="${colour}" stroke-width="3.5" stroke-linecap="round"/><circle cx="16" cy="16" r="6" fill="${colour}"/>`;

const svg = (width: number, drawing: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 32">${drawing}</svg>`);

const STYLE = `
.swagger-ui .topbar .topbar-wrapper { flex-direction: row; justify-content: space-between; }
.swagger-ui .topbar .download-url-wrapper { display: none; }
`;

/** Swagger UI's page has none, so phones lay it out for a desktop. */
const VIEWPORT = `document.head.append(Object.assign(document.createElement('meta'), { name: 'viewport', content: 'width=device-width' }));`;

/** Swagger UI in Lookout's name. The field for another description's address goes: there is only this one. */
export const DOCS_LOOK = {
  logo: {
    type: 'image/svg+xml',
    content: svg(
      136,
      `${mark('#fff')}<text x="44" y="23" fill="#fff" font-family="system-ui, sans-serif" font-size="20" font-weight="700">Lookout</text>`,
    ),
  },
  theme: {
    title: 'Lookout API',
    css: [{ filename: 'lookout.css', content: STYLE }],
    js: [{ filename: 'viewport.js', content: VIEWPORT }],
    favicon: [
      { filename: 'favicon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: svg(32, mark('#2b45b8')) },
    ],
  },
} satisfies FastifySwaggerUiOptions;
