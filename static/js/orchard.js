/* The one script of a household's page: a phone on 2G asks once. */
/* @import "app.js"; */
/* @import "queue.js"; */
