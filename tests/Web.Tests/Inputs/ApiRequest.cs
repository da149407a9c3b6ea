using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>A request to the API, as a value: a bad one is a good one with one thing changed. "{name}" in it stands for an identity that the panel knows.</summary>
internal sealed record ApiRequest(string Method, string Path)
{
    private ImmutableList<(string Name, string Json)> _fields = [];
    private byte[]? _raw;
    private string _contentType = "application/json";
    private ImmutableList<string> _keys = [];

    /// <summary>The body of fields, in their order; a name may stand there twice.</summary>
    public string Json => "{" + string.Join(',', _fields.Select(f => $"{JsonSerializer.Serialize(f.Name)}:{f.Json}")) + "}";

    public static ApiRequest Get(string path) => new("GET", path);

    public static ApiRequest Post(string path, string json = "{}")
    {
        using var document = JsonDocument.Parse(json);
        return new ApiRequest("POST", path) { _fields = [.. document.RootElement.EnumerateObject().Select(p => (p.Name, p.Value.GetRawText()))] };
    }

    /// <summary>With this JSON as a field's value, which need not be valid.</summary>
    public ApiRequest With(string field, string json) =>
        this with { _fields = _fields.FindIndex(f => f.Name == field) is >= 0 and var i ? _fields.SetItem(i, (field, json)) : _fields.Add((field, json)) };

    public ApiRequest WithText(string field, string text) => With(field, JsonSerializer.Serialize(text));

    public ApiRequest Without(string field) => this with { _fields = _fields.RemoveAll(f => f.Name == field) };

    /// <summary>With the field once more, at the end.</summary>
    public ApiRequest Again(string field, string json) => this with { _fields = _fields.Add((field, json)) };

    public ApiRequest At(string path) => this with { Path = path };

    public ApiRequest WithBody(string body) => WithBody(Encoding.UTF8.GetBytes(body));

    public ApiRequest WithBody(byte[] body) => this with { _raw = body };

    public ApiRequest As(string contentType) => this with { _contentType = contentType };

    public ApiRequest WithKey(string idempotencyKey) => this with { _keys = _keys.Add(idempotencyKey) };

    public HttpRequestMessage Message(Uri root, Func<string, string> fill)
    {
        // Sent as it stands here: an Uri would tidy up what a path traversal is made of.
        var uri = new Uri($"{root.GetLeftPart(UriPartial.Authority)}/api/v1{fill(Path)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Method), uri);
        if (Method is "POST" or "PUT")
        {
            message.Content = new ByteArrayContent(_raw ?? Encoding.UTF8.GetBytes(fill(Json)));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", _contentType);

            // A body that is too large is refused before it is sent: else the answer races with the closed connection.
            message.Headers.ExpectContinue = _raw?.Length > 500_000;
        }

        foreach (var key in _keys)
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return message;
    }

    /// <summary>A row of the table: this request is refused, with this field named.</summary>
    public BadInput Bad(string name, string field, int status = 400) => new(name, this, field, status);

    /// <summary>A row of the table: this request is refused as a whole.</summary>
    public BadInput Refused(string name, int status) => new(name, this, null, status);
}
