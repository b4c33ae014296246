/**
 * Swagger UI is made for wide screens. On a phone what stands side by side stands below each other, and what is too
 * long scrolls in its own box; the page itself never scrolls sideways.
 */
export const STYLES = `
  .swagger-ui .topbar { display: none }
  .swagger-ui .info { margin: 24px 0 }
  .swagger-ui details { margin: 8px 0 }
  .swagger-ui summary { cursor: pointer }
  @media (max-width: 640px) {
    .swagger-ui .wrapper { padding: 0 10px }
    .swagger-ui .info .title { font-size: 28px }
    .swagger-ui .scheme-container { margin: 0 0 12px; padding: 12px 0 }
    .swagger-ui :is(.schemes-server-container, .servers, .servers > label) { width: 100%; overflow: hidden }
    .swagger-ui :is(select, input) { min-width: 0 !important; max-width: 100% !important }
    .swagger-ui .opblock-tag { display: block; position: relative; padding-right: 40px }
    .swagger-ui .opblock-tag small { display: block; padding: 4px 0 0 }
    .swagger-ui .opblock-tag .expand-operation { position: absolute; top: 12px; right: 8px }
    .swagger-ui .opblock .opblock-summary-method { min-width: 56px }
    .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; padding: 8px 10px }
    .swagger-ui :is(.responses-inner, .opblock-description-wrapper, .opblock-section .table-container,
      .opblock-section-request-body) { padding: 10px; overflow-x: auto }
    .swagger-ui table:is(.responses-table, .parameters),
    .swagger-ui :is(.responses-table, .parameters) > tbody,
    .swagger-ui :is(.responses-table, .parameters) > tbody > tr,
    .swagger-ui :is(.responses-table, .parameters) > tbody > tr > td:not(.response-col_links) {
      display: block; width: 100% !important; max-width: none !important; padding: 4px 0
    }
    .swagger-ui :is(.responses-table, .parameters) > thead, .swagger-ui .response-col_links { display: none !important }
    .swagger-ui .response-controls { flex-wrap: wrap }
    .swagger-ui :is(.model-box, .markdown pre, .highlight-code > pre) { max-width: 100%; overflow-x: auto }
  }
`;
