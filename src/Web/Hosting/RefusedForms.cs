using Microsoft.AspNetCore.Antiforgery;

namespace ClusterPanel.Web.Hosting;

/// <summary>Says why a form was not taken that carries no token of this panel and this user: the framework answers with an empty page.</summary>
internal static class RefusedForms
{
    public static IApplicationBuilder UseRefusedForms(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest } && context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
        {
            await Results.Text("This form was not taken: it was sent by another page, or somebody else has signed in since it was opened. Open the page again and send it anew.", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
        }
    });
}
