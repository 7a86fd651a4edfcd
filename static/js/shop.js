/* What pages with htmx load: both at once, so that a first visit asks once. */
/* @import "htmx.min.js"; */
/* @import "app.js"; */
