using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class StreamOffsetRowConfiguration : IEntityTypeConfiguration<StreamOffsetRow>
{
    public void Configure(EntityTypeBuilder<StreamOffsetRow> builder)
    {
        builder.HasKey(r => new { r.DeploymentId, r.Unit });
        builder.HasOne<Deployment>().WithMany().HasForeignKey(r => r.DeploymentId).OnDelete(DeleteBehavior.Cascade);
    }
}
